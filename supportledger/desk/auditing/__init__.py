"""
The audit of a whole ledger, and of a store: everything is read again, and nothing of it believed.

    auditor     the plan, step by step                 findings    what is found, by class; the report
    gathering   one pass over all events, in order     spool       entries on the way to their tickets
    judging     rules, heads, signatures of tickets    workers     several processes do that
    slots       what the tickets' slots hold           registry    agents, policies, roles, anchors
    holding     rows and contents of a store           checkpoint  where the next audit begins

Source: docs/spec/audit.md, whose numbers (A1.1 …) stand in the code.
"""
