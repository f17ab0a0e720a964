"""Sign-in by the clinic's own identity provider (OpenID Connect, authorization code flow with PKCE)."""
