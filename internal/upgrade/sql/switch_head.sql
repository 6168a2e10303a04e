-- $1 account, $2 release. Whoever decided under the epoch before is refused, and told the release.
UPDATE store.account_heads SET epoch = epoch + 1, release = $2 WHERE account_id = $1 RETURNING epoch
