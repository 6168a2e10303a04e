-- $1 account, $2 its generation, $3 states of which the account is in one, and of each stream: $4 id, $5 type, $6 fingerprint, $7 revision, $8 number of the last
-- event, $9 up to which number of the account there is none after it, $10 types of events, comma between, $11 state. None of a generation that is not in use any
-- more, or of an account that has gone on to another state.
WITH head AS (
  SELECT account_id, generation
    FROM store.account_heads
   WHERE account_id = $1 AND generation = $2 AND state = ANY ($3)
     FOR SHARE
)
INSERT INTO store.archived_streams AS kept (account_id, generation, stream_id, stream_type, fingerprint, stream_revision, sequence_number, until_number, events, state)
SELECT h.account_id, h.generation, s.id, s.type, s.fingerprint, s.revision, s.number, s.until, pg_catalog.string_to_array(s.events, ','), s.state
  FROM head h
 CROSS JOIN unnest($4::uuid[], $5::text[], $6::text[], $7::int[], $8::bigint[], $9::bigint[], $10::text[], $11::json[])
            AS s (id, type, fingerprint, revision, number, until, events, state)
    ON CONFLICT (account_id, generation, stream_id) DO UPDATE
   SET stream_type = excluded.stream_type, fingerprint = excluded.fingerprint, stream_revision = excluded.stream_revision,
       sequence_number = excluded.sequence_number, until_number = excluded.until_number, events = excluded.events, state = excluded.state, archived_at = excluded.archived_at
