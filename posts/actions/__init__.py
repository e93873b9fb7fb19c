"""The one door to change posts; one noun a file."""
