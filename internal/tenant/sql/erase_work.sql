INSERT INTO catalog.account_works AS w (account_id, kind, state, started_by) VALUES ($1, 'erase', 'erasing', $2)
ON CONFLICT (account_id) DO UPDATE
SET kind = 'erase', state = 'erasing', from_store = NULL, to_store = NULL, parameters = '{}', started_by = excluded.started_by, started_at = now(), changed_at = now()
WHERE w.kind <> 'erase'
