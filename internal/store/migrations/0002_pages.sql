-- What the pages of the web interface ask for: saved views, what has changed,
-- the latest scans of all accounts.

-- +goose Up

-- A query of the page of checks under a name.
CREATE TABLE views (
  id       TEXT PRIMARY KEY,
  user_id  TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE, -- who owns it
  name     TEXT NOT NULL,
  query    TEXT NOT NULL, -- "filter[riskLevels]=EXTREME"
  shared   BOOLEAN NOT NULL, -- everybody sees it
  created  BIGINT NOT NULL,
  modified BIGINT NOT NULL
);
CREATE INDEX views_user ON views (user_id);

-- Failures by when they were found, and what was one by when it was resolved:
-- of each account and risk the newest without a look at the others.
CREATE INDEX checks_discovered ON checks (account, risk, discovered, id) WHERE status = 2 AND NOT suppressed AND NOT not_scored;
CREATE INDEX checks_resolved ON checks (account, risk, resolved, id) WHERE status = 1 AND resolved IS NOT NULL AND NOT suppressed AND NOT not_scored;

-- When the first checks of the account were made; NULL as long as there are
-- none. Of accounts that there are already it is not known: not before they
-- were added.
ALTER TABLE accounts ADD COLUMN first_checks BIGINT;
UPDATE accounts SET first_checks = created;

CREATE INDEX scans_started ON scans (started);

-- +goose Down
DROP INDEX scans_started;
ALTER TABLE accounts DROP COLUMN first_checks;
DROP INDEX checks_resolved;
DROP INDEX checks_discovered;
DROP TABLE views;
