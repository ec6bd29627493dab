"""The conformance cases of proof files, by the step that they are about."""
