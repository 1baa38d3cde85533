curl --fail --silent --no-buffer "$SAFAR_URL/api/v1/recruiters.ndjson?state=LICENSED" \
  --header "Authorization: Bearer $SAFAR_TOKEN"
