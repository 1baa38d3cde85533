"""Short advice for each stage of the road: what to do, what not to do, and where the advice comes from.

It is general prudence, in words a person of twelve can read. No law, no deadline, no number stands here: those
are dated rules and live in registers. A guide that names a duty of somebody else names its source.
"""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from safar.map import Text


@dataclass(frozen=True, kw_only=True)
class Guide:
    """One page of advice: its heading is the answer, its lists are acts."""

    stage: str
    heading: Text
    lead: Text
    do: tuple[Text, ...]
    do_not: tuple[Text, ...]


FALSE_OFFER_SIGNS = (
    _("They say the visa is guaranteed"),
    _("They ask for cash, or for money to a personal card, and give no receipt"),
    _("They want your passport before there is a contract"),
    _("The name is almost that of a firm you know, with a word or a letter changed"),
    _("They tell you to work on a tourist visa"),
)
"""What a false offer of work looks like, strongest first."""

SOURCE = _(
    "General advice, drawn from the ILO principles of fair recruitment (2016) and the ILO indicators of forced "
    "labour (2012). It is not legal advice. No expert has signed this wording yet."
)

GUIDES = (
    Guide(
        stage="thinking",
        heading=_("Find out five things before you decide"),
        lead=_("Half an hour of questions now can save a year of debt."),
        do=(
            _("Ask who the employer is: name, address, the work, the pay, all on paper"),
            _("Count everything you will pay: fees, papers, travel, the first month’s housing"),
            _("Ask what happens if the work is not there, and get the answer in writing"),
            _("Check the firm here before you pay or sign"),
            _("Tell somebody at home where you are going and with whom"),
        ),
        do_not=(
            _("Do not go to work on a tourist visa"),
            _("Do not believe “the visa is guaranteed”"),
            _("Do not borrow to pay a fee before there is a contract"),
        ),
    ),
    Guide(
        stage="preparing",
        heading=_("Go with papers and without debts"),
        lead=_("Most cheating shows in the contract and in how money is taken."),
        do=(
            _("Ask for the contract in your own language and take a copy"),
            _("Compare the pay, the hours, the place and the term with what you were told"),
            _("Pay only to the firm’s account and take a receipt"),
            _("Photograph your passport, visa and contract and leave copies at home"),
            _("Write down the phone of your embassy in that country"),
        ),
        do_not=(
            _("Do not give your passport for safekeeping"),
            _("Do not send money to a personal card"),
            _("Do not sign a second contract with worse terms"),
        ),
    ),
    Guide(
        stage="abroad",
        heading=_("Your passport and your pay are yours"),
        lead=_("Write things down from the first day: it is the easiest proof to make."),
        do=(
            _("Keep your passport with you, and a photograph of it with somebody you trust"),
            _("Write down your hours and your pay every day"),
            _("Keep pay slips, messages and photographs of the place"),
            _("Find the nearest embassy or consulate before you need it"),
            _("Compare two or three ways to send money: look at the fee and at the rate"),
        ),
        do_not=(
            _("Do not sign what you cannot read"),
            _("Do not wait in silence when the pay is late: ask in writing"),
            _("Do not let papers run out: ask about renewing them a month before"),
        ),
    ),
    Guide(
        stage="trouble",
        heading=_("You are not to blame. Ask for help"),
        lead=_(
            "Passport taken, no pay, threats, a debt that only grows, a door that is locked: these are signs of "
            "forced labour, and you have the right to help even without papers."
        ),
        do=(
            _("In danger now? Call the emergency number of the country you are in"),
            _("Go to your embassy or consulate: it can give you a paper to travel home with"),
            _("Tell one person you trust where you are: the address and the employer’s name"),
            _("Keep proof: messages, photographs, names, dates, amounts"),
        ),
        do_not=(
            _("Do not put yourself in danger to get your things back"),
            _("Do not sign that you were paid if you were not"),
            _("Do not delete messages from the recruiter or the employer"),
        ),
    ),
    Guide(
        stage="returning",
        heading=_("Coming home takes a plan too"),
        lead=_("What you bring back is more than money: a skill, a language, a letter about your work."),
        do=(
            _("Before you leave, ask for your last pay and a letter about your work"),
            _("Keep the contract and the pay slips: you may need them to claim what you are owed"),
            _("Talk about money at home before you spend the savings"),
            _(
                "Give yourself time: to be tired or sad after coming home is common, and it passes sooner in company"
            ),
        ),
        do_not=(
            _("Do not put all your savings into one thing in the first months"),
            _("Do not go again with the same firm without checking it again"),
        ),
    ),
)
"""One guide a stage of the road (`safar.map.STAGES`), in the same order."""


def guide_for(stage: str) -> Guide | None:
    """The guide of a stage by the stage's code, or nothing where there is none."""
    return next((guide for guide in GUIDES if guide.stage == stage), None)
