// What a release refuses of package.json.

/**
 * @param manifest package.json @param env GITHUB_REF_NAME and GITHUB_REPOSITORY, as GitHub sets them
 * @returns what is wrong, a sentence each
 */
export function releaseProblems({ name, version, repository, revoke }, env) {
  const problems = [];
  const tag = env.GITHUB_REF_NAME ?? '';
  if (tag !== `v${version}`)
    problems.push(`the tag is "${tag}", and package.json has version ${version}: tag v${version}`);
  const here = env.GITHUB_REPOSITORY ?? '';
  const named = /^git\+https:\/\/github\.com\/([^/]+\/[^/]+)\.git$/.exec(
    repository?.url ?? '',
  )?.[1];
  if (named === undefined)
    problems.push(
      'repository.url in package.json is not git+https://github.com/<owner>/<name>.git',
    );
  else if (!/^[a-z\d]+(-[a-z\d]+)*\//i.test(named))
    problems.push(`repository.url in package.json still has the placeholder ${named}`);
  if (here === '') problems.push('GITHUB_REPOSITORY is not set: a release is made by the workflow');
  else if (named !== undefined && named !== here)
    problems.push(`repository.url in package.json names ${named}, and this is ${here}`);
  if (typeof revoke?.published !== 'boolean')
    problems.push(`revoke.published in package.json says whether ${name} is ours: true or false`);
  return problems;
}
