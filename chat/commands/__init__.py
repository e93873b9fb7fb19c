"""What clients send over a socket about rooms and messages."""
