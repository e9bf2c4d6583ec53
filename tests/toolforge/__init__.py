"""What is deployed on Toolforge, looked at by Toolforge's own programs and started as it would be there."""
