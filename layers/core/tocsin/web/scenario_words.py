"""What each scenario is called where no playbook is at hand."""

from tocsin.web.i18n import Reader, mark

SCENARIOS = {
    # NOTE: a kind of crisis, in the middle of a sentence too
    "product_defect": mark("a defect of a product"),
    "product_harm": mark("people hurt by a product"),
    "product_tampering": mark("goods that somebody tampered with"),
    "data_leak": mark("a leak of personal data"),
    "service_outage": mark("an outage of the service"),
    "bad_review_wave": mark("a wave of bad reviews"),
    "viral_complaint": mark("a complaint that goes viral"),
    "employee_misconduct": mark("an employee's conduct"),
    "management_misconduct": mark("misconduct of the management"),
    "offensive_content": mark("an offensive post or advertisement of our own"),
    "executive_statement": mark("an executive's words"),
    "rumour": mark("a rumour"),
    "impersonation": mark("somebody who pretends to be the brand"),
    "coordinated_attack": mark("a coordinated attack"),
    "boycott": mark("a call for a boycott"),
    "labour_conflict": mark("a conflict with employees"),
    "supplier_scandal": mark("a supplier's scandal"),
    "disaster": mark("a disaster"),
    "agency_mistake": mark("the agency's own mistake"),
    "extortion": mark("an extortion"),
    "whistle_blower": mark("an insider who tells what was hidden"),
    "war_ties": mark("ties to the war"),
}


def scenario_words(reader: Reader, scenario: str) -> str:
    """Its id where it is one of a newer version."""
    return reader.gettext(SCENARIOS[scenario]) if scenario in SCENARIOS else scenario
