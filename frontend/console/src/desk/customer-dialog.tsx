/** What a supervisor says about a customer: name, tier, language, and who looks after them. */
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { request } from "../api/client";
import { useCustomer, useDesk } from "../api/queries";
import type { CustomerDetail, KnownCustomer } from "../api/types";
import { isSupervisor, useSession } from "../context";
import { errorText, LANGUAGES, useTexts } from "../i18n";
import { Button, TextField } from "../ui/controls";
import { Dialog } from "../ui/dialog";
import { Select } from "../ui/select";
import { toast } from "../ui/toasts";
import "./customer-dialog.css";

interface Fields {
  name: string;
  tier: string;
  language: string;
  account_owner: string;
}

function fieldsOf(customer: KnownCustomer): Fields {
  return {
    name: customer.name ?? "",
    tier: customer.tier ?? "",
    language: customer.language ?? "",
    account_owner: customer.account_owner?.id ?? "",
  };
}

/** Only what was changed; what was emptied is taken away. */
export function changesOf(
  customer: KnownCustomer,
  fields: Fields,
): Partial<Record<keyof Fields, string | null>> {
  const before = fieldsOf(customer);
  const names = (Object.keys(fields) as (keyof Fields)[]).filter(
    (name) => fields[name].trim() !== before[name],
  );
  return Object.fromEntries(names.map((name) => [name, fields[name].trim() || null]));
}

/** The way to it, for supervisors. */
export function ChangeCustomer({ id }: { id: string | null }) {
  const { t } = useTexts();
  const supervises = isSupervisor(useSession());
  const customer = useCustomer(supervises ? id : null).data?.customer;
  const [open, setOpen] = useState(false);
  if (!customer) return null;
  return (
    <>
      <Button size="s" kind="quiet" icon="person" onPress={() => setOpen(true)}>
        {t("customer.change")}
      </Button>
      {open && <CustomerDialog customer={customer} onClose={() => setOpen(false)} />}
    </>
  );
}

function CustomerDialog({ customer, onClose }: { customer: KnownCustomer; onClose: () => void }) {
  const { t } = useTexts();
  const client = useQueryClient();
  const [fields, setFields] = useState(() => fieldsOf(customer));
  const [busy, setBusy] = useState(false);
  const set = (name: keyof Fields) => (value: string) => setFields((now) => ({ ...now, [name]: value }));
  const changes = changesOf(customer, fields);
  const submit = async () => {
    setBusy(true);
    try {
      const path = `/customers/${encodeURIComponent(customer.id)}`;
      const changed = await request<CustomerDetail>(path, { method: "PATCH", body: changes });
      client.setQueryData(["customer", customer.id], changed);
      void client.invalidateQueries({ queryKey: ["contacts"] });
      toast("ok", t("customer.changed"));
      onClose();
    } catch (error) {
      setBusy(false);
      toast("bad", errorText(t, error));
    }
  };
  return (
    <Dialog
      title={t("customer.change")}
      size="s"
      onClose={onClose}
      footer={
        <>
          <Button onPress={onClose}>{t("actions.cancel")}</Button>
          <Button
            kind="primary"
            isDisabled={busy || Object.keys(changes).length === 0}
            onPress={() => void submit()}
          >
            {t("actions.save")}
          </Button>
        </>
      }
    >
      <div className="customer-fields">
        <p className="dialog-lead">{t("customer.changeLead")}</p>
        <TextField label={t("customer.name")} value={fields.name} onChange={set("name")} maxLength={120} />
        <TextField
          label={t("customer.tierLabel")}
          hint={t("customer.tierHint")}
          value={fields.tier}
          onChange={set("tier")}
          maxLength={32}
        />
        <LanguageSelect value={fields.language} onChange={set("language")} />
        <OwnerSelect
          owner={customer.account_owner}
          value={fields.account_owner}
          onChange={set("account_owner")}
        />
      </div>
    </Dialog>
  );
}

interface ChoiceProps {
  value: string;
  onChange: (value: string) => void;
}

function LanguageSelect({ value, onChange }: ChoiceProps) {
  const { t } = useTexts();
  const options: { id: string; name: string }[] = [{ id: "", name: t("customer.notKnown") }, ...LANGUAGES];
  if (!options.some((option) => option.id === value)) options.push({ id: value, name: value });
  return <Select label={t("customer.language")} options={options} value={value} onChange={onChange} />;
}

function OwnerSelect({ owner, value, onChange }: ChoiceProps & { owner: KnownCustomer["account_owner"] }) {
  const { t } = useTexts();
  const agents = useDesk()?.agents ?? [];
  const options = [{ id: "", name: t("customer.nobody") }, ...agents.map(({ id, name }) => ({ id, name }))];
  if (owner && !options.some((option) => option.id === owner.id)) options.push(owner);
  return <Select label={t("customer.ownerLabel")} options={options} value={value} onChange={onChange} />;
}
