import os

from safar_client import Conflict, Line, Refused, Safar

with Safar(os.environ["SAFAR_URL"], os.environ["SAFAR_TOKEN"]) as safar:
    try:
        firm = safar.recruiters.apply_for_licence(
            name="Namuna Safar", stir="301112223", applied_on="2026-01-15", key="application-2026-0119"
        )
        print(firm.id, firm.version)
    except Conflict:
        print("The key was used before for something else.")
    except Refused as refused:
        print(refused.message, refused.errors)

    lines = [Line({"version": firm.version, "address": "Namuna koʻchasi 1"}, id=firm.id)]
    for answered in safar.recruiters.change_recruiter_many(lines):
        print(answered.line, answered.status)
