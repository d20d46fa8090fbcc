// The accounts of the gateway that policy.test.mjs asks: a token costs 0.0001 USD in and 0.001 USD out.
export const policyKeys = {
  spent: 'sk-policy-spent',
  dry: 'sk-policy-dry',
  tools: 'sk-policy-tools',
  rich: 'sk-policy-rich',
  limited: 'sk-policy-limited',
};

export const policy = `
prices:
  mock/*: { input: 100, output: 1000, max_output: 4096 }
`;

export const policyAccounts = `
  - { name: spent, key: ${policyKeys.spent}, budget: 0.005 USD per day }
  - { name: dry, key: ${policyKeys.dry}, budget: 0.1 USD }
  - { name: tools, key: ${policyKeys.tools}, tools: { allow: [get_weather] } }
  - { name: rich, key: ${policyKeys.rich}, budget: 100 USD }
  - { name: limited, key: ${policyKeys.limited}, limits: { requests: 1 per second } }
`;
