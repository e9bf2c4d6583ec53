"""What a request means, and carrying it out."""
