-- The signature behind a lock, a freeze, a release that was cleared, and behind their ends, whole: statement, signature,
-- key, times. null: the name is a claim.
alter table locks add column proof jsonb, add column release_proof jsonb;
alter table freezes add column proof jsonb, add column release_proof jsonb;
alter table blocked_releases add column clear_proof jsonb;
