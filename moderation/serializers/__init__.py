"""What moderation reads and sends."""
