-- $1 id, and of each account: $2 id, $3 wave, $4 release, $5 the one to go to, $6 the one that leads back, $7 events. They stand in the
-- order of the run.
INSERT INTO catalog.upgrade_accounts (upgrade_id, account_id, wave, place, from_release, to_release, back_release, events)
SELECT $1, a.account_id, a.wave, a.place, a.from_release, a.to_release, nullif(a.back_release, ''), a.events
  FROM unnest($2::uuid[], $3::int[], $4::text[], $5::text[], $6::text[], $7::bigint[])
         WITH ORDINALITY AS a (account_id, wave, from_release, to_release, back_release, events, place)
