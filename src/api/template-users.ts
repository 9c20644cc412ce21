import { Type } from "typebox";
import { limits } from "../base/limits.ts";
import { addTemplateUser, removeTemplateUser } from "../templates/share.ts";
import { operation } from "./operation.ts";
import { answerTemplate, TemplateAnswer } from "./templates.ts";

const named = {
  template_id: Type.String(),
  account_id: Type.Optional(Type.String({ maxLength: 64 })),
  email_address: Type.Optional(Type.String({ format: "email", maxLength: limits.emailLength })),
};
const faults = ["unauthorized", "bad_request", "forbidden", "not_found"] as const;

export const templateAddUser = operation({
  id: "templateAddUser",
  on: "POST /template/add_user/{template_id}",
  says: "Shares a template with another account of the team, named by account_id or email_address. Nobody is told by mail.",
  input: Type.Object({ ...named, skip_notification: Type.Optional(Type.Boolean()) }),
  output: TemplateAnswer,
  faults,

  async handle(call, { template_id: templateId, account_id: id, email_address: email }) {
    const { house, account, actor } = call;
    const asked = { accountId: account.account_id, templateId, named: { id: id || null, email: email || null } };
    await house.transact((work) => addTemplateUser(work, asked), actor);
    return answerTemplate(call, templateId);
  },
});

export const templateRemoveUser = operation({
  id: "templateRemoveUser",
  on: "POST /template/remove_user/{template_id}",
  says: "Takes a template back from an account that it was shared with. Requests made of it live on.",
  input: Type.Object(named),
  output: TemplateAnswer,
  faults,

  async handle(call, { template_id: templateId, account_id: id, email_address: email }) {
    const { house, account, actor } = call;
    const asked = { accountId: account.account_id, templateId, named: { id: id || null, email: email || null } };
    await house.transact((work) => removeTemplateUser(work, asked), actor);
    return answerTemplate(call, templateId);
  },
});
