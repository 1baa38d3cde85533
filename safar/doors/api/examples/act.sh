curl --fail --silent "$SAFAR_URL/api/v1/recruiters/apply_for_licence" \
  --header "Authorization: Bearer $SAFAR_TOKEN" \
  --header "Idempotency-Key: application-2026-0118" \
  --json '{"name": "Namuna Ish", "stir": "309876543", "applied_on": "2026-01-15"}'
