curl --fail --silent "$SAFAR_URL/api/v1/recruiters?limit=2" \
  --header "Authorization: Bearer $SAFAR_TOKEN"
