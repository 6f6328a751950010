/** Made by test/generate/distinct-shapes.mjs from the shapes of all vendors. Not for editing. */
export const DISTINCT = `\
github pat_classic ~36 ghp_ pat_fine_grained ~22 github_pat_ oauth ~36 gho_ app_user ~36 ghu_ refresh ~36 ghr_ app_installation 16 ghs_
gitlab pat @20 glpat- job 16 glcbt- runner 16 glrt- runner_registered 16 glrtr- deploy_token @20 gldt- trigger 16 glptt- feed 16 glft- incoming_mail @25 glimt- oauth_secret @64 gloas- scim @20 glsoat- agent @50 glagent- feature_flags @20 glffct- workspace @20 glwt- runner_registration @20 GR1348941
huggingface organization =34 api_org_
slack bot 16 xoxb- user 16 xoxp- rotated_bot 16 xoxe.xoxb- rotated_user 16 xoxe.xoxp- refresh 16 xoxe- app_level 16 xapp- legacy @10 xoxa-,xoxr-,xoxo-,xoxs- session 16 xoxc-,xoxd- webhook 16 https://hooks.slack.com/
vault service @90 hvs. batch @138 hvb. recovery @24 hvr.
discord webhook 16 https://discord.com/api/,https://ptb.discord.com/api/,https://canary.discord.com/api/,https://discordapp.com/api/
vercel personal @50 vcp_ integration @50 vci_ ai_gateway @50 vck_ app_access @50 vca_ app_refresh @50 vcr_
digitalocean personal #64 dop_v1_ oauth #64 doo_v1_ refresh #64 dor_v1_
doppler cli ~40 dp.ct. personal ~40 dp.pt. service 16 dp.st. service_account ~40 dp.sa. scim ~40 dp.scim. audit ~40 dp.audit.
buildkite user ^40 bkua_ service @20 bkaa_,bkaj_,bkar_,bkct_,bkpt_,bkpat_,bkps_
jfrog reference ~59 cmVmd api_key ~68 AKCp
crates trusted_publishing ~32 cio_tp_
google access @20 ya29. api_key @35 AIza client_secret @28 GOCSPX-
npm access ~36 npm_
aws access_key !16 AKIA temporary_key !16 ASIA service_key !16 ABIA,ACCA
anthropic api_key @93 sk-ant-api03- admin_key @93 sk-ant-admin01-
openai api_key @20 sk-proj-,sk-svcacct-,sk-service- admin_key @20 sk-admin-
perplexity api_key ~48 pplx-
stripe key ~10 sk_live_,sk_test_,rk_live_,rk_test_
notion integration 16 ntn_
figma token @38 figd_,figo_,figu_,figr_,figh_,figor_,figoh_,figuh_
postman api_key #24 PMAK-
linear api_key ~40 lin_api_ oauth ~32 lin_oauth_
cloudflare user_token ~40 cfut_ account_token ~40 cfat_ global_key ~40 cfk_
heroku token @58 HRKU-AA
fly macaroon 16 FlyV1 access @43 fo1_
supabase access ^40 sbp_ secret_key @31 sb_secret_
planetscale token 16 pscale_
netlify access @36 nfp_
databricks access #32 dapi
tailscale key 16 tskey-
pypi token @50 pypi-AgEIcHlwaS5vcmc test_token @50 pypi-AgENdGVzdC5weXBpLm9yZw
docker access @27 dckr_pat_ organization @32 dckr_oat_
atlassian api_token 16 ATATT3 access_token 16 ATCTT3xFf app_password ~24 ATBB
sentry organization 16 sntrys_ user #64 sntryu_ integration #64 sntryi_
sonar token #40 squ_,sqp_,sqa_ cloud_token ~59 sqco_
newrelic user_key 16 NRAK-
grafana service_account ~32 glsa_ cloud_policy 16 glc_eyJ api_key_legacy 16 eyJrIjoi
shopify access 16 shpat_,shpca_,shppa_`;
