"""The desk's own memory: contents, drafts and read models; the only room that speaks SQL."""
