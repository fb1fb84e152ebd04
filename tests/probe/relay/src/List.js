// What Relay must be able to compile: a page that is gone on with, and an object that is fetched again by its id.

import { graphql } from 'relay-runtime';

export const page = graphql`
  fragment List_page on Query
  @argumentDefinitions(first: { type: "Int", defaultValue: 20 }, after: { type: "String" })
  @refetchable(queryName: "ListPageQuery") {
    hazards(first: $first, after: $after) @connection(key: "List_hazards") {
      edges { node { id ...List_hazard } }
    }
  }
`;
export const hazard = graphql`
  fragment List_hazard on Hazard @refetchable(queryName: "ListHazardQuery") {
    number
    version
  }
`;
export const query = graphql`
  query ListQuery { ...List_page }
`;
