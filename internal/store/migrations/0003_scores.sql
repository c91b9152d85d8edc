-- +goose Up

-- The scores of one account over time, which lists of accounts draw for each,
-- without a look at those of the others.
CREATE INDEX scores_account ON scores (account, day);

-- +goose Down
DROP INDEX scores_account;
