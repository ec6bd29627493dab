"""Who works at a desk, who asks it, and how they show that they are who they say."""
