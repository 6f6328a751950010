/** Made by test/generate/distinct-shapes.mjs from the hosts of all vendors. Not for editing. */
export const HOSTS = `\
github github.com www.github.com api.github.com gist.github.com uploads.github.com raw.githubusercontent.com codeload.github.com ghcr.io .pkg.github.com models.github.ai
gitlab gitlab.com www.gitlab.com registry.gitlab.com
huggingface huggingface.co www.huggingface.co hf.co router.huggingface.co
slack slack.com .slack.com
discord discord.com discordapp.com .discord.com .discordapp.com
vercel vercel.com www.vercel.com api.vercel.com ai-gateway.vercel.sh
digitalocean digitalocean.com .digitalocean.com
doppler doppler.com .doppler.com
buildkite buildkite.com .buildkite.com
crates crates.io www.crates.io index.crates.io static.crates.io
google google.com .google.com googleapis.com .googleapis.com
aws .amazonaws.com .amazonaws.com.cn .aws.amazon.com
anthropic api.anthropic.com console.anthropic.com
openai api.openai.com platform.openai.com
perplexity api.perplexity.ai www.perplexity.ai
stripe api.stripe.com dashboard.stripe.com
twilio api.twilio.com www.twilio.com
sendgrid api.sendgrid.com api.eu.sendgrid.com app.sendgrid.com
telegram api.telegram.org
notion api.notion.com www.notion.so
figma api.figma.com www.figma.com
postman api.getpostman.com api.postman.com go.postman.co
linear api.linear.app linear.app
cloudflare api.cloudflare.com dash.cloudflare.com
heroku api.heroku.com dashboard.heroku.com git.heroku.com
fly api.machines.dev api.fly.io fly.io
supabase api.supabase.com supabase.com
planetscale api.planetscale.com app.planetscale.com
netlify api.netlify.com app.netlify.com
databricks .cloud.databricks.com .azuredatabricks.net .gcp.databricks.com
tailscale api.tailscale.com login.tailscale.com
pypi pypi.org upload.pypi.org test.pypi.org
docker hub.docker.com docker.io .docker.io app.docker.com
atlassian .atlassian.net api.atlassian.com id.atlassian.com bitbucket.org .bitbucket.org
sentry sentry.io .sentry.io
sonar sonarcloud.io api.sonarcloud.io
newrelic api.newrelic.com api.eu.newrelic.com one.newrelic.com
grafana grafana.com .grafana.net
datadog .datadoghq.com .datadoghq.eu
okta .okta.com .oktapreview.com .okta-emea.com
twitch id.twitch.tv api.twitch.tv
fastly api.fastly.com manage.fastly.com
dropbox api.dropboxapi.com www.dropbox.com
shopify .myshopify.com admin.shopify.com
launchdarkly app.launchdarkly.com
salesforce .salesforce.com .force.com`;
