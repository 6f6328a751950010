/** What is used of oauth4webapi, by name: a bundle holds no more of it. */
export {
  ClientSecretJwt,
  ClientSecretPost,
  modifyAssertion,
  None,
  PrivateKeyJwt,
} from 'oauth4webapi';
