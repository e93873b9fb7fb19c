"""The same pages by other means."""
