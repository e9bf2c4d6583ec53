"""Ways to run the service: here the sandbox on one machine."""
