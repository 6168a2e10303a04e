INSERT INTO store.events (account_id, generation, sequence_number, stream_id, stream_revision, stream_type, payload_item_name, payload_version, payload,
                          command_id, command_hash, causation_id, correlation_id, actor, commit_time)
SELECT account_id, generation + 1, sequence_number, stream_id, stream_revision, stream_type, payload_item_name, payload_version, payload,
       command_id, command_hash, causation_id, correlation_id, actor, commit_time
  FROM store.events WHERE account_id = '11111111-1111-4111-8111-111111111111';
