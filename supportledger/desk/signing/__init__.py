"""Signing elsewhere: what is prepared here, signed by somebody's own key, and left to the workers."""
