"""Shapes of posts, in and out."""
