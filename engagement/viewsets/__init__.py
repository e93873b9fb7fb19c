"""The routes of what people do with each other's things."""
