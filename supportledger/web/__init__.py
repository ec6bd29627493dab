"""The doors of the web: the HTTP API for programs, the console for staff, the portal for customers."""
