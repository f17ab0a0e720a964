"""The coordinators' console: server-rendered pages over read models, behind a sign-in."""
