import os

from safar_client import Safar

with Safar(os.environ["SAFAR_URL"], os.environ["SAFAR_TOKEN"]) as safar:
    for firm in safar.recruiters.stream(state="LICENSED"):
        print(firm.id, firm.name)
