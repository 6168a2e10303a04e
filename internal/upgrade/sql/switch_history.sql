-- $1 account, $2 release, $3 generation. Whoever decided under the epoch before is refused, and told the release.
UPDATE store.account_heads SET epoch = epoch + 1, release = $2, generation = $3 WHERE account_id = $1 RETURNING epoch
