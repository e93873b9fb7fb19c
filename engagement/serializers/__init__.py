"""What is sent and answered about what people do with each other's things."""
