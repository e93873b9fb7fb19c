"""The one door to change what people do with each other's things; one noun a file."""
