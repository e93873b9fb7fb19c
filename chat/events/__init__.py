"""What happens in chat: the effects that its actions emit."""
