"""Formats: the publicly documented shapes of vendors' secrets, as one table of facts; nothing else knows a vendor.

A line is `name | prefixes | body | where it is documented`. A body is a sequence of runs, each an
alphabet and a least length: `d` digits, `x` lower hex, `X` hex, `a` lower alphanumeric, `A` upper
alphanumeric, `w` alphanumeric, `u` URL-safe base64, `b` base64, `t` any token character. `!` after a
length makes it exact, and 'quoted' text is literal. A fifth column gives a short pattern that every such
secret contains, where the prefix does not. A name repeats where a vendor has several shapes.
Checksums that some vendors put into their tokens are not verified: a mistyped key is still a key.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

TABLE: Final = """
anthropic_api_key | sk-ant- | u24 | docs.anthropic.com
openrouter_api_key | sk-or- | u30 | openrouter.ai/docs
langfuse_key | sk-lf- pk-lf- | u20 | langfuse.com/docs
helicone_api_key | sk-helicone- | u16 | docs.helicone.ai
openai_api_key | sk-proj- sk-svcacct- sk-admin- sk-None- | u20 | platform.openai.com/docs
openai_api_key | sk- | u20 | platform.openai.com/docs
openai_session | sess- | w36 | platform.openai.com/docs
groq_api_key | gsk_ | w20 | console.groq.com/docs
huggingface_token | hf_ api_org_ | w28 | huggingface.co/docs
replicate_token | r8_ | w30 | replicate.com/docs
perplexity_api_key | pplx- | w32 | docs.perplexity.ai
xai_api_key | xai- | w40 | docs.x.ai
fireworks_api_key | fw_ | w22 | docs.fireworks.ai
together_api_key | tgp_v1_ | u30 | docs.together.ai
cerebras_api_key | csk- | a32 | inference-docs.cerebras.ai
nvidia_api_key | nvapi- | u40 | docs.nvidia.com
google_api_key | AIza | u33 | cloud.google.com/docs/authentication/api-keys
google_oauth_secret | GOCSPX- | u24 | developers.google.com/identity
google_oauth_token | ya29. | t20 | developers.google.com/identity
google_refresh_token | 1// | u30 | developers.google.com/identity
google_auth_code | 4/0A | u30 | developers.google.com/identity
langsmith_api_key | lsv2_pt_ lsv2_sk_ ls__ | x32 | docs.smith.langchain.com
pinecone_api_key | pcsk_ | u30 | docs.pinecone.io
elevenlabs_api_key | sk_ | x40 | elevenlabs.io/docs
voyage_api_key | pa- al- | u40 | docs.voyageai.com
jina_api_key | jina_ | u40 | jina.ai
tavily_api_key | tvly- | u20 | docs.tavily.com
firecrawl_api_key | fc- | x32 | docs.firecrawl.dev
brave_api_key | BSA | u24 | api.search.brave.com
e2b_api_key | e2b_ | x32 | e2b.dev/docs
modal_token | ak- as- | w22 | modal.com/docs
runpod_api_key | rpa_ | w32 | docs.runpod.io
mem0_api_key | m0- | w32 | docs.mem0.ai
posthog_key | phc_ phx_ | w32 | posthog.com/docs
logfire_token | pylf_v1_us_ pylf_v1_eu_ | w30 | logfire.pydantic.dev
wandb_api_key | wandb_v1_ | u40 | docs.wandb.ai
vercel_token | vck_ vcp_ vca_ vcr_ vci_ | w24 | vercel.com/docs
github_token | ghp_ gho_ ghu_ ghs_ ghr_ | w30 | docs.github.com/authentication
github_fine_grained_token | github_pat_ | w20 '_' w20 | docs.github.com/authentication
gitlab_token | glpat- gldt- glrt- glrtr- glcbt- glptt- glft- glimt- glagent- gloas- glsoat- glffct- | t20 | docs.gitlab.com/security/tokens
gitlab_runner_token | GR1348941 | u20 | docs.gitlab.com/security/tokens
bitbucket_app_password | ATBB | w28 | support.atlassian.com
atlassian_token | ATATT3xFfG ATCTT3xFfG | t60 | support.atlassian.com
trello_token | ATTA | x60 | developer.atlassian.com/cloud/trello
sourcegraph_token | sgp_ slk_ | x40 | sourcegraph.com/docs
linear_api_key | lin_api_ lin_oauth_ | w32 | linear.app/developers
npm_token | npm_ | w30 | docs.npmjs.com
pypi_token | pypi- | u50 | pypi.org/help
rubygems_key | rubygems_ | x40 | guides.rubygems.org
crates_token | cio | w32! | crates.io
nuget_key | oy2 | a43! | learn.microsoft.com/nuget
docker_token | dckr_pat_ dckr_oat_ | u20 | docs.docker.com
artifactory_key | AKCp | w60 | jfrog.com/help
artifactory_reference_token | cmVmdGtu | w50 | jfrog.com/help
clojars_token | CLOJARS_ | x50 | clojars.org
terraform_cloud_token | | w14! '.atlasv1.' u50 | developer.hashicorp.com/terraform | [.]atlasv1[.]
pulumi_token | pul- | x40 | pulumi.com/docs
doppler_token | dp.pt. dp.st. dp.ct. dp.sa. dp.scim. dp.audit. | t30 | docs.doppler.com
infisical_token | st. | x24 '.' x32 | infisical.com/docs
vault_token | hvs. hvb. hvr. | u20 | developer.hashicorp.com/vault
vault_legacy_token | s. | w24! | developer.hashicorp.com/vault
vault_batch_token | b.AAAAAQ | u60 | developer.hashicorp.com/vault
onepassword_token | ops_eyJ | b60 | developer.1password.com
onepassword_secret_key | A3- | A6! '-' A5 '-' A5 | support.1password.com
aws_access_key_id | AKIA ASIA ABIA ACCA A3TX | A16! | docs.aws.amazon.com/IAM
aws_session_token | IQoJb3JpZ2luX2Vj FwoGZXIvYXdz AQoDYXdz FQoGZXIvYXdz FQoDYXdz | b40 | docs.aws.amazon.com/STS
aws_bedrock_api_key | ABSK bedrock-api-key- | b60 | docs.aws.amazon.com/bedrock
aws_mws_token | amzn.mws. | u30 | developer-docs.amazon.com
aws_appsync_key | da2- | a26! | docs.aws.amazon.com/appsync
amazon_oauth_secret | amzn1.oa2-cs.v1. | x40 | developer.amazon.com
alibaba_access_key_id | LTAI | w16 | alibabacloud.com/help
tencent_secret_id | AKID | w32! | cloud.tencent.com/document
volcengine_access_key | AKLT | b40 | volcengine.com/docs
yandex_api_key | AQVN y0_ | u34 | yandex.cloud/docs
ibm_cloud_key | ApiKey- | u36 | cloud.ibm.com/docs
azure_client_secret | | t3! '7Q~' t30 | learn.microsoft.com/entra | 7Q~
azure_client_secret | | t3! '8Q~' t30 | learn.microsoft.com/entra | 8Q~
azure_identifiable_key | | w52 'JQQJ99' w20 | learn.microsoft.com/azure | JQQJ99
azure_devops_token | | w76 'AZDO' w4 | learn.microsoft.com/azure/devops | AZDO
azure_function_key | | u44 'AzFu' b8 | learn.microsoft.com/azure | AzFu
azure_storage_key | | b76 '+ASt' b8 | learn.microsoft.com/azure | [+]ASt
digitalocean_token | dop_v1_ doo_v1_ dor_v1_ | x40 | docs.digitalocean.com
digitalocean_spaces_key | DO00 | A16! | docs.digitalocean.com
heroku_api_key | HRKU- | u32 | devcenter.heroku.com
fly_token | FlyV1 fm1_ fm2_ fo1_ | b40 | fly.io/docs
render_api_key | rnd_ | w24 | render.com/docs
netlify_token | nfp_ nfc_ nfo_ nfu_ | w30 | docs.netlify.com
cloudflare_token | cfut_ cfat_ cfk_ | w32 | developers.cloudflare.com
cloudflare_origin_ca_key | v1.0- | X24 '-' X100 | developers.cloudflare.com
planetscale_token | pscale_tkn_ pscale_oauth_ pscale_pw_ | t30 | planetscale.com/docs
neon_api_key | napi_ | w40 | neon.tech/docs
supabase_key | sbp_ | x36 | supabase.com/docs
supabase_key | sb_secret_ | u24 | supabase.com/docs
databricks_token | dapi dkea dose doi | x32 | docs.databricks.com
mongodb_atlas_secret | mdb_sa_sk_ | u30 | mongodb.com/docs
confluent_secret | cflt | b50 | docs.confluent.io
prefect_key | pnu_ pnb_ | w30 | docs.prefect.io
dbt_token | dbtc_ dbtu_ | u30 | docs.getdbt.com
grafana_token | glsa_ | w30 '_' X8 | grafana.com/docs
grafana_cloud_token | glc_ | b32 | grafana.com/docs
new_relic_key | NRAK- NRII- NRRA- NRAA- NRSP- NRIQ- | u20 | docs.newrelic.com
new_relic_license_key | | x34 'NRAL' | docs.newrelic.com | [0-9a-f]{4}NRAL
new_relic_license_key | | x32 'FFFFNRAL' | docs.newrelic.com | FFFFNRAL
sentry_token | sntrys_ sntryu_ | t40 | docs.sentry.io
honeycomb_key | hcaik_ hcalk_ hcamk_ | a30 | docs.honeycomb.io
dynatrace_token | dt0c01. dt0s01. dt0s16. | A24 '.' A60 | docs.dynatrace.com
axiom_token | xaat- xapt- | u32 | axiom.co/docs
launchdarkly_key | sdk- api- mob- | x8! '-' x4! '-' x4! '-' x4! '-' x12! | launchdarkly.com/docs
statsig_key | secret- | w32 | docs.statsig.com
sonar_token | squ_ sqp_ sqa_ | x40 | docs.sonarsource.com
snyk_token | snyk_uat. snyk_sat. | t30 | docs.snyk.io
buildkite_token | bkua_ bkct_ | w30 | buildkite.com/docs
circleci_token | CCIPAT_ CCIPRJ_ | t30 | circleci.com/docs
codecov_token | codecov_ | w30 | docs.codecov.com
readme_key | rdme_ | a60 | docs.readme.com
postman_api_key | PMAK- | x24 '-' x32 | learning.postman.com
tailscale_key | tskey- | u20 | tailscale.com/kb
octopus_key | API- | A26! | octopus.com/docs
openshift_token | sha256~ | u40! | docs.openshift.com
stripe_key | sk_live_ sk_test_ rk_live_ rk_test_ sk_org_ | w16 | docs.stripe.com/keys
stripe_webhook_secret | whsec_ | b24 | docs.stripe.com/webhooks
square_token | sq0atp- sq0csp- sq0idp- EAAAE EAAAl | u20 | developer.squareup.com
paypal_braintree_token | access_token$production$ access_token$sandbox$ | a16 '$' x32 | developer.paypal.com
plaid_token | access-sandbox- access-production- access-development- | u36 | plaid.com/docs
razorpay_key | rzp_live_ rzp_test_ | w14 | razorpay.com/docs
flutterwave_key | FLWSECK_TEST- FLWSECK- FLWPUBK_TEST- | w24 | developer.flutterwave.com
mollie_key | live_ test_ | w30! | docs.mollie.com
gocardless_token | live_ sandbox_ | u40 | developer.gocardless.com
shopify_token | shpat_ shpca_ shppa_ shpss_ shptka_ shpua_ | x30 | shopify.dev/docs
midtrans_key | SB-Mid-server- Mid-server- | u20 | docs.midtrans.com
xendit_key | xnd_production_ xnd_development_ | w40 | docs.xendit.co
duffel_token | duffel_live_ duffel_test_ | u40 | duffel.com/docs
easypost_key | EZAK EZTK | w50 | docs.easypost.com
shippo_token | shippo_live_ shippo_test_ | x40 | docs.goshippo.com
slack_token | xoxb- xoxp- xoxa- xoxr- xoxs- xoxo- xoxc- xoxd- xoxe- xoxe.xoxb- xoxe.xoxp- xapp- | t20 | api.slack.com/authentication
twilio_api_key | SK | x32! | twilio.com/docs
sendgrid_key | SG. | u16 '.' u16 | sendgrid.com/docs
mailgun_key | key- | x32! | documentation.mailgun.com
mailgun_key | | x32! '-' x8! '-' x8! | documentation.mailgun.com | [0-9a-f]{4}-[0-9a-f]{8}-[0-9a-f]{8}
mailchimp_key | | x32! '-us' d1 | mailchimp.com/developer | [0-9a-f]{4}-us[0-9]
brevo_key | xkeysib- xsmtpsib- | x60 | developers.brevo.com
resend_key | re_ | w8 '_' w16 | resend.com/docs
telegram_bot_token | | d8 ':AA' u30 | core.telegram.org/bots | [0-9]{8}:AA
discord_bot_token | M N O | u23 '.' u6 '.' u27 | discord.com/developers | [A-Za-z0-9_-]{4}[.][A-Za-z0-9_-]{6,7}[.][A-Za-z0-9_-]{8}
discord_mfa_token | mfa. | u60 | discord.com/developers
intercom_token | dG9rO | b40 | developers.intercom.com
hubspot_token | pat-na1- pat-na2- pat-eu1- pat-ap1- | u32 | developers.hubspot.com
salesforce_token | 00D | w12 '!' t60 | developer.salesforce.com
klaviyo_key | pk_ | x32 | developers.klaviyo.com
clickup_token | pk_ | d6 '_' A30 | clickup.com/api
twitch_oauth | oauth: | a30! | dev.twitch.tv
twitter_bearer_token | AAAAAAAAAAAAAAAAAAAA | t40 | developer.x.com
facebook_token | EAAC EAAG EAAB EAAD EAAJ EAAM EAAO EAAP EAAS EAAW EAAX | w60 | developers.facebook.com
instagram_token | IGQV IGQW IGAA | w60 | developers.facebook.com
linkedin_token | AQV AQX AQU | u100 | learn.microsoft.com/linkedin
pinterest_token | pina_ | w40 | developers.pinterest.com
dropbox_token | sl. sl.u. | u100 | dropbox.com/developers
figma_token | figd_ figu_ figo_ figr_ | u32 | figma.com/developers
notion_token | ntn_ secret_ | w40 | developers.notion.com
airtable_token | pat | w14! '.' x40 | airtable.com/developers
airtable_oauth_token | oaa | w13 '.v1.' t30 | airtable.com/developers
asana_token | 1/ 2/ | d13 ':' x32 | developers.asana.com
asana_token | 2/ | d13 '/' d13 ':' x32 | developers.asana.com
contentful_token | CFPAT- | u40 | contentful.com/developers
mapbox_token | sk.eyJ | u40 '.' u16 | docs.mapbox.com
typeform_token | tfp_ | t40 | typeform.com/developers
rapidapi_key | | a10 'msh' a15 'p1' a5 'jsn' a10 | docs.rapidapi.com | [a-z0-9]{3}jsn[a-z0-9]{3}
age_secret_key | AGE-SECRET-KEY-1 | A50 | age-encryption.org
adafruit_key | aio_ | w24 | io.adafruit.com
adobe_secret | p8e- | u30 | developer.adobe.com
frameio_token | fio-u- | u60 | developer.frame.io
inngest_key | signkey-prod- signkey-test- signkey-branch- | x40 | inngest.com/docs
trigger_key | tr_dev_ tr_prod_ tr_pat_ tr_stg_ | w18 | trigger.dev/docs
deno_token | ddp_ ddo_ ddw_ | w30 | docs.deno.com
firebase_server_key | AAAA | u7! ':' u120 | firebase.google.com/docs
scaleway_key | SCW | A17! | scaleway.com/docs
polar_token | polar_oat_ polar_pat_ | w30 | docs.polar.sh
ably_key | | w6! '.' w6! ':' u40 | ably.com/docs | [.][A-Za-z0-9]{6}:[A-Za-z0-9_-]{8}
bitcoin_extended_key | xprv yprv zprv tprv | w100 | bips.dev/32
"""

ALPHABETS: Final = {
    "d": "0-9", "x": "0-9a-f", "X": "0-9a-fA-F", "a": "a-z0-9", "A": "A-Z0-9",
    "w": "A-Za-z0-9", "u": "A-Za-z0-9_-", "b": "A-Za-z0-9+/=_-", "t": "A-Za-z0-9._~+/=-",
}  # fmt: skip
_RUN: Final = re.compile(r"'([^']+)'|([dxXaAwubt])(\d+)(!?)")
_CHARS_IN_TRIGGER: Final = 6
_LONGEST_COUNT: Final = 64  # RE2 copies a class as often as its count says


class Format(NamedTuple):
    """One shape of a secret."""

    name: str
    pattern: str
    """An RE2 pattern whose first group is the secret."""
    trigger: str
    """A short pattern that matches wherever `pattern` does, for the gate."""
    hint: str
    """What `trigger` begins with, where that is a fixed text."""
    is_lettered: bool
    """Its alphabet has words in it, so a match must also look random."""


def read_formats() -> Iterator[Format]:
    """Turn the table into patterns."""
    for line in TABLE.strip().splitlines():
        name, prefixes, body, _source, *trigger = (cell.strip() for cell in line.split("|", maxsplit=4))
        runs = _RUN.findall(body)
        head = _either(prefixes.split())
        start = rf"(?:\b|_){head}" if head else r"\b"
        end = r"\b" if runs[-1][3] else ""
        yield Format(
            name=name,
            pattern=f"{start[: -len(head) or None]}({head}{''.join(map(_write_run, runs))}){end}",
            trigger=trigger[0] if trigger else start + _first_characters(runs[0]),
            hint=start if head and not trigger else "",
            is_lettered=runs[0][1] in set("wubt"),
        )


def _either(prefixes: list[str]) -> str:
    return f"(?:{'|'.join(map(re.escape, prefixes))})" if prefixes else ""


def _write_run(run: tuple[str, str, str, str]) -> str:
    literal, alphabet, length, exact = run
    if literal:
        return re.escape(literal)
    count = min(int(length), _LONGEST_COUNT)
    return f"[{ALPHABETS[alphabet]}]{{{count}{'' if exact else ','}}}"


def _first_characters(run: tuple[str, str, str, str]) -> str:
    _literal, alphabet, length, _exact = run
    return f"[{ALPHABETS[alphabet]}]{{{min(int(length), _CHARS_IN_TRIGGER)}}}"
