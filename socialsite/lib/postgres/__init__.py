"""Django's PostgreSQL, whose transactions do last what is kept for their end."""
