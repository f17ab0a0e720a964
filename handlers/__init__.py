"""What a conversation means: decisions, use cases and the ports they ask for."""
