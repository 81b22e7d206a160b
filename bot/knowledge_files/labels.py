"""The labels: names under which intents are counted; fixed, since figures are kept by them.

An intent is a label itself, or says by ``counts_as`` which label it belongs to.
"""

LABELS = frozenset(
    {
        "contact_hours",
        "payment_methods",
        "webmail_access",
        "pec_access",
        "webmail_password",
        "mail_client_setup",
        "http_server_problem",
        "https_upgrade",
        "mysite_admin",
        "service_reactivation",
        "service_suspended_why",
        "service_ceased",
        "contract_renewal",
        "cancellation",
        "domain_registration",
        "domain_rights",
        "domain_ownership_change",
        "auth_code",
        "expired_domain_transfer",
        "expired_domain_recovery",
        "trademark_registration",
        "buy_services",
        "about_company",
        "contract_status",
        "invoice_status",
        "payment_reported",
        "site_down",
        "human_handoff",
        "complaint",
        "greeting",
        "goodbye",
        "thanks",
        "affirm",
        "deny",
        "bot_identity",
        "out_of_scope",
    }
)
