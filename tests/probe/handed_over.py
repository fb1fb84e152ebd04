"""What one person was shown is handed to GraphQLer, for it to ask as another: it finds no ids in pages by itself. And of the operations
it knows the one is taken away by which the other would end his own token."""

import json
import pickle
import sys

import yaml

folder, shown = sys.argv[1:]
with open(f"{folder}/objects_bucket.pkl", "wb") as file:
    pickle.dump(json.loads(shown), file)
compiled = f"{folder}/compiled/compiled_mutations.yml"
with open(compiled, encoding="utf-8") as file:
    mutations = yaml.safe_load(file)
del mutations["signOut"]
with open(compiled, "w", encoding="utf-8") as file:
    yaml.safe_dump(mutations, file)
