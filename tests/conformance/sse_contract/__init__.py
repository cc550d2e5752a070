"""The reference client behind the HTTP face that LaunchDarkly's sse-contract-tests drive (docs/conformance.md)."""
