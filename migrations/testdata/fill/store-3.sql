UPDATE store.account_heads SET release = '6b86' WHERE account_id = '11111111-1111-4111-8111-111111111111';
